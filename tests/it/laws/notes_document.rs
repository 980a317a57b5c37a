//! The document of the server of notes.

pub const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Notes, version: '1'}
security: [{token: []}]
paths:
  /notes:
    get:
      operationId: listNotes
      parameters:
        - {name: limit, in: query, schema: {type: integer, minimum: 1, maximum: 500}}
        - {name: offset, in: query, schema: {type: integer, minimum: 0, maximum: 100000}}
      responses: {'200': {description: some, content: {application/json: {schema: {$ref: '#/components/schemas/Page'}}}}, '400': {description: refused}, '401': {description: who}}
    post:
      operationId: addNote
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewNote'}}}}
      responses: {'201': {$ref: '#/components/responses/Note'}, '400': {description: refused}, '401': {description: who}, '409': {description: taken}, '415': {description: refused}}
  /notes/{noteId}:
    parameters: [{name: noteId, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get: {operationId: getNote, responses: {'200': {$ref: '#/components/responses/Note'}, '400': {description: refused}, '401': {description: who}, '404': {description: none}}}
    put:
      operationId: replaceNote
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewNote'}}}}
      responses: {'200': {$ref: '#/components/responses/Note'}, '400': {description: refused}, '401': {description: who}, '404': {description: none}, '409': {description: taken}, '415': {description: refused}}
    delete: {operationId: dropNote, responses: {'204': {description: gone}, '400': {description: refused}, '401': {description: who}, '404': {description: none}}}
  /notes/{noteId}/close:
    parameters: [{name: noteId, in: path, required: true, schema: {type: integer, minimum: 1}}]
    post: {operationId: closeNote, responses: {'204': {description: closed}, '400': {description: refused}, '401': {description: who}, '404': {description: none}}}
  /notes/{noteId}/file:
    parameters: [{name: noteId, in: path, required: true, schema: {type: integer, minimum: 1}}]
    get: {operationId: getFile, responses: {'200': {description: bytes, content: {application/octet-stream: {schema: {type: string, format: binary}}}}, '400': {description: refused}, '401': {description: who}, '404': {description: none}}}
    put:
      operationId: putFile
      requestBody: {required: true, content: {application/octet-stream: {schema: {type: string, format: binary}}}}
      responses: {'204': {description: stored}, '400': {description: refused}, '401': {description: who}, '404': {description: none}, '415': {description: refused}}
  /notes/{noteId}/lines:
    parameters: [{name: noteId, in: path, required: true, schema: {type: integer, minimum: 1}}]
    post:
      operationId: addLine
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewLine'}}}}
      responses: {'201': {$ref: '#/components/responses/Line'}, '400': {description: refused}, '401': {description: who}, '404': {description: none}, '415': {description: refused}}
  /notes/{noteId}/lines/{lineId}:
    parameters:
      - {name: noteId, in: path, required: true, schema: {type: integer, minimum: 1}}
      - {name: lineId, in: path, required: true, schema: {type: integer, minimum: 1}}
    get: {operationId: getLine, responses: {'200': {$ref: '#/components/responses/Line'}, '400': {description: refused}, '401': {description: who}, '404': {description: none}}}
components:
  securitySchemes: {token: {type: http, scheme: bearer}}
  schemas:
    NewNote:
      type: object
      required: [slug]
      additionalProperties: false
      properties:
        slug: {type: string, minLength: 1, maxLength: 60}
        text: {type: string, minLength: 1, maxLength: 200}
        weight: {type: integer, minimum: 0, maximum: 1000, default: 7}
        tags: {type: array, items: {type: string, minLength: 1, maxLength: 20}, minItems: 1, maxItems: 3}
    Note:
      type: object
      required: [id, slug, created_at, updated_at]
      properties:
        id: {type: integer}
        slug: {type: string}
        text: {type: string}
        weight: {type: integer}
        tags: {type: array, items: {type: string}}
        created_at: {type: string, format: date-time}
        updated_at: {type: string, format: date-time}
    Page:
      type: object
      required: [items, total]
      properties:
        items: {type: array, items: {$ref: '#/components/schemas/Note'}}
        total: {type: integer}
    NewLine:
      type: object
      required: [text]
      additionalProperties: false
      properties: {text: {type: string, minLength: 1, maxLength: 40}}
    Line:
      type: object
      required: [id, text]
      properties: {id: {type: integer}, text: {type: string}}
  responses:
    Note: {description: a note, headers: {Location: {schema: {type: string}}}, content: {application/json: {schema: {$ref: '#/components/schemas/Note'}}}}
    Line: {description: a line, content: {application/json: {schema: {$ref: '#/components/schemas/Line'}}}}
";

/// Who there is: an owner, somebody else, and somebody who sees all.
pub const FIXTURES: &str = "\
identities:
  alice: {token: token-of-alice}
  bob: {token: token-of-bob}
  root: {token: token-of-root, sees_all: true}
";
