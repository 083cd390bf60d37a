namespace LiveComments.Server.OpenApi;

/// <param name="Schema">Name of the JSON answer's schema in <c>components.json</c>; null for an answer that is empty or text.</param>
internal readonly record struct Answer(int Status, string? Schema = null, string ContentType = "application/json");
