using Microsoft.Extensions.Logging;

namespace LiveComments.Kafka;

/// <summary>What the Kafka client says about itself.</summary>
internal static partial class ClientLog
{
    [LoggerMessage(Message = "Kafka client, {Facility}: {Text}")]
    public static partial void Said(ILogger log, LogLevel level, string facility, string text);
}
