// Swagger UI over this server's own description. It asks no other host: not even whether the description is valid.
window.SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#docs',
  validatorUrl: null,
  deepLinking: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  // an API key stays in this tab
  persistAuthorization: false,
});
