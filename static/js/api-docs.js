"use strict";

// Draws the OpenAPI description into the page. Everything comes from this site.
const description = document.getElementById("api-description");

window.SwaggerUIBundle({
  url: description.dataset.schema,
  domNode: description,
  presets: [window.SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  supportedSubmitMethods: ["get", "head", "options"],
  validatorUrl: null,
});
