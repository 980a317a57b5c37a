//! The document of the server of projects and their tasks.

pub const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Projects, version: '1'}
paths:
  /projects:
    get:
      operationId: listProjects
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 1000}}
        - {name: offset, in: query, schema: {type: integer, minimum: 0, maximum: 100000}}
        - {name: stage, in: query, schema: {$ref: '#/components/schemas/Stage'}}
        - {name: sort, in: query, schema: {enum: [weight, -weight]}}
      responses: {'200': {description: some, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Project'}}}}}, '400': {description: refused}}
    post:
      operationId: addProject
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewProject'}}}}
      responses: {'201': {$ref: '#/components/responses/Project'}, '400': {description: refused}, '415': {description: refused}}
  /projects/{projectId}:
    parameters: [{name: projectId, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get: {operationId: getProject, parameters: [{name: If-None-Match, in: header, schema: {type: string}}], responses: {'304': {description: known}, '200': {$ref: '#/components/responses/Project'}, '400': {description: refused}, '404': {description: none}}}
    put:
      operationId: replaceProject
      parameters: [{name: If-Match, in: header, schema: {type: string}}]
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewProject'}}}}
      responses: {'200': {$ref: '#/components/responses/Project'}, '400': {description: refused}, '404': {description: none}, '412': {description: another state}, '415': {description: refused}}
    patch:
      operationId: changeProject
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/ProjectChange'}}}}
      responses: {'200': {$ref: '#/components/responses/Project'}, '400': {description: refused}, '404': {description: none}, '415': {description: refused}}
    delete: {operationId: dropProject, responses: {'204': {description: gone}, '400': {description: refused}, '404': {description: none}}}
  /projects/{project}/tasks:
    parameters: [{name: project, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get:
      operationId: listTasks
      responses: {'200': {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Task'}}}}}, '400': {description: refused}, '404': {description: none}}
    post:
      operationId: addTask
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewTask'}}}}
      responses: {'201': {$ref: '#/components/responses/Task'}, '400': {description: refused}, '404': {description: none}, '415': {description: refused}}
  /projects/{project}/tasks/{taskId}:
    parameters:
      - {name: project, in: path, required: true, schema: {type: integer, minimum: 1}}
      - {name: taskId, in: path, required: true, schema: {type: integer, minimum: 1}}
    get: {operationId: getTask, responses: {'200': {$ref: '#/components/responses/Task'}, '400': {description: refused}, '404': {description: none}}}
    delete: {operationId: dropTask, responses: {'204': {description: gone}, '400': {description: refused}, '404': {description: none}}}
components:
  schemas:
    Stage: {type: string, enum: [open, closed]}
    NewProject:
      type: object
      required: [name]
      additionalProperties: false
      properties:
        name: {type: string, minLength: 1, maxLength: 40}
        note: {type: string, maxLength: 200}
        stage: {$ref: '#/components/schemas/Stage'}
        weight: {type: integer, minimum: 0, maximum: 1000}
    ProjectChange:
      type: object
      minProperties: 1
      additionalProperties: false
      properties:
        name: {type: string, minLength: 1, maxLength: 40}
        note: {type: string, maxLength: 200}
        stage: {$ref: '#/components/schemas/Stage'}
        weight: {type: integer, minimum: 0, maximum: 1000}
    Project:
      type: object
      required: [id, name]
      properties:
        id: {type: integer}
        name: {type: string}
        note: {type: string}
        stage: {$ref: '#/components/schemas/Stage'}
        weight: {type: integer}
        deleted: {type: boolean}
    NewTask:
      type: object
      required: [title]
      additionalProperties: false
      properties: {title: {type: string, minLength: 1, maxLength: 40}}
    Task:
      type: object
      required: [id, title]
      properties: {id: {type: integer}, title: {type: string}}
  responses:
    Project: {description: a project, content: {application/json: {schema: {$ref: '#/components/schemas/Project'}}}}
    Task: {description: a task, content: {application/json: {schema: {$ref: '#/components/schemas/Task'}}}}
";
