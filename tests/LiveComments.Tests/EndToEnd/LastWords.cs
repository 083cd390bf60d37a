using Microsoft.Extensions.Logging;

namespace LiveComments.Tests.EndToEnd;

/// <summary>What a server says of its failures: why it did not start.</summary>
internal sealed class LastWords : ILoggerProvider, ILogger
{
    private const int Kept = 10;

    private readonly Queue<string> _words = [];

    public override string ToString()
    {
        lock (_words)
            return string.Join('\n', _words);
    }

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

    public void Log<TState>(LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
            return;
        lock (_words)
        {
            _words.Enqueue($"{formatter(state, exception)} {exception}");
            if (_words.Count > Kept)
                _words.Dequeue();
        }
    }

    public void Dispose()
    {
    }
}
