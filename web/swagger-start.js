// Inline scripts are forbidden by the page's Content-Security-Policy, so this one has a file of its own.
window.SwaggerUIBundle({
  // Nobody waits until the operations of all applications are drawn.
  docExpansion: "none",
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null,
});
