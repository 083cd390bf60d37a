using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace LiveComments.Tests;

/// <summary>What a program writes to its log, for tests that count the lines.</summary>
internal sealed class CapturedLog : ILoggerProvider, ILogger
{
    private readonly List<(LogLevel Level, string Text)> _lines = [];

    /// <summary>Makes it the log of a server.</summary>
    public void Of(WebApplicationBuilder builder) => builder.Services.AddSingleton<ILoggerProvider>(this);

    /// <summary>The texts of all lines so far of this level or above.</summary>
    public IReadOnlyList<string> At(LogLevel level)
    {
        lock (_lines)
            return [.. _lines.Where(line => line.Level >= level).Select(line => line.Text)];
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        lock (_lines)
            _lines.Add((logLevel, formatter(state, exception)));
    }

    public void Dispose()
    {
    }
}
