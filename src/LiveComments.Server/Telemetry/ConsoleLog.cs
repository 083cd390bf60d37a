using Microsoft.Extensions.Logging.Console;

namespace LiveComments.Server.Telemetry;

/// <summary>The form of the log on standard output.</summary>
internal static class ConsoleLog
{
    /// <summary>Lines for people in a terminal, JSON for programs where it is redirected, unless <c>Logging:Console:FormatterName</c> (<c>simple</c>, <c>json</c> or <c>systemd</c>) says otherwise.</summary>
    public static void AddConsoleLog(this WebApplicationBuilder builder)
    {
        if (builder.Configuration["Logging:Console:FormatterName"] is null)
            builder.Services.Configure<ConsoleLoggerOptions>(options => options.FormatterName = Console.IsOutputRedirected ? ConsoleFormatterNames.Json : ConsoleFormatterNames.Simple);
    }
}
