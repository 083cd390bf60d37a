using LiveComments.Server.Http;

namespace LiveComments.Server.Health;

/// <summary>What administrators are told on the overview.</summary>
internal sealed class WarningEndpoints(Warnings warnings)
{
    public IResult Get(HttpContext context)
    {
        if (!context.Caller()!.IsAdministrator)
            return Problem.Of(Error.Forbidden, "Only administrators see how the server is.");
        var now = warnings.Now();
        return new JsonAnswer(json =>
        {
            json.WriteStartObject();
            json.WriteString("node"u8, Environment.MachineName);
            json.WriteStartArray("warnings"u8);
            foreach (var warning in now)
                json.WriteStringValue(warning);
            json.WriteEndArray();
            json.WriteEndObject();
        });
    }
}
