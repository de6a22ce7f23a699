// Shows the description in Swagger UI. Nothing is sent to other hosts.
window.SwaggerUIBundle({
    url: 'openapi.json',
    dom_id: '#description',
    deepLinking: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    validatorUrl: null,
    persistAuthorization: false,
});
