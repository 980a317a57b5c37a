//! The document of the server of clients and their orders.

pub const DOCUMENT: &str = "\
openapi: 3.1.0
info: {title: Desk, version: '1'}
paths:
  /clients:
    post:
      operationId: addClient
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewClient'}}}}
      responses: {'201': {$ref: '#/components/responses/Client'}, '400': {description: refused}, '409': {description: taken}, '415': {description: refused}}
  /clients/{clientId}:
    parameters: [{$ref: '#/components/parameters/clientId'}]
    get: {operationId: getClient, responses: {'200': {$ref: '#/components/responses/Client'}, '400': {description: refused}, '404': {description: none}}}
    put:
      operationId: putClient
      description: Replaces all that can be set. A property that is left out is cleared.
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/NewClient'}}}}
      responses: {'200': {$ref: '#/components/responses/Client'}, '400': {description: refused}, '404': {description: none}, '409': {description: taken}, '415': {description: refused}}
    patch:
      operationId: changeClient
      description: Changes the properties that the body names (RFC 7396).
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/ClientPatch'}}}}
      responses: {'200': {$ref: '#/components/responses/Client'}, '400': {description: refused}, '404': {description: none}, '409': {description: taken}, '415': {description: refused}}
    delete: {operationId: dropClient, responses: {'204': {description: gone}, '400': {description: refused}, '404': {description: There is no such client.}}}
  /clients/{clientId}/suspend:
    parameters: [{$ref: '#/components/parameters/clientId'}]
    post: {operationId: suspend, responses: {'200': {$ref: '#/components/responses/Client'}, '400': {description: refused}, '404': {description: none}, '409': {description: refused}}}
  /clients/{clientId}/resume:
    parameters: [{$ref: '#/components/parameters/clientId'}]
    post: {operationId: resume, responses: {'204': {description: done}, '400': {description: refused}, '404': {description: none}, '409': {description: refused}}}
components:
  parameters: {clientId: {name: clientId, in: path, required: true, schema: {type: integer, minimum: 1}}}
  schemas:
    Address:
      type: object
      minProperties: 1
      additionalProperties: false
      properties: {street: {type: string, minLength: 1, maxLength: 60}, city: {type: string, minLength: 1, maxLength: 60}, floor: {type: integer, minimum: 0, maximum: 99}}
    NewAddress:
      type: object
      required: [street, city]
      additionalProperties: false
      properties: {street: {type: string, minLength: 1, maxLength: 60}, city: {type: string, minLength: 1, maxLength: 60}, floor: {type: integer, minimum: 0, maximum: 99}}
    NewClient:
      type: object
      required: [email, name]
      additionalProperties: false
      properties:
        email: {type: string, format: email, maxLength: 80}
        name: {type: string, minLength: 1, maxLength: 60}
        notes: {type: [string, 'null'], maxLength: 200}
        tags: {type: array, items: {type: string, minLength: 1, maxLength: 20}, maxItems: 5}
        address: {$ref: '#/components/schemas/NewAddress'}
        credit: {type: integer, minimum: 0, maximum: 1000}
    ClientPatch:
      type: object
      minProperties: 1
      additionalProperties: false
      properties:
        email: {type: string, format: email, maxLength: 80}
        name: {type: string, minLength: 1, maxLength: 60}
        notes: {type: [string, 'null'], maxLength: 200}
        tags: {type: array, items: {type: string, minLength: 1, maxLength: 20}, maxItems: 5}
        address: {$ref: '#/components/schemas/Address'}
        credit: {type: integer, minimum: 0, maximum: 1000}
    Client:
      type: object
      required: [id, email, name, status, created_at, updated_at]
      properties:
        id: {type: integer}
        email: {type: string}
        name: {type: string}
        notes: {type: [string, 'null']}
        tags: {type: array, items: {type: string}}
        address: {$ref: '#/components/schemas/Address'}
        credit: {type: integer}
        status: {type: string, enum: [active, suspended]}
        created_at: {type: string, format: date-time}
        updated_at: {type: string, format: date-time}
  responses:
    Client: {description: a client, headers: {ETag: {schema: {type: string}}}, content: {application/json: {schema: {$ref: '#/components/schemas/Client'}}}}
";
