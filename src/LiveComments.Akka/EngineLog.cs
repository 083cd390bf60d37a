using Akka.Actor;
using Akka.Event;
using LogLevel = Akka.Event.LogLevel;

namespace LiveComments.Akka;

/// <summary>What Akka has to say goes to the server's log, by the place in Akka that says it.</summary>
internal sealed class EngineLog : ReceiveActor
{
    public EngineLog()
    {
        var logger = Context.System.Settings.Setup.Get<EngineLogSetup>().Value.Logger;
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(said => logger.Log(said.LogLevel() switch
        {
            LogLevel.DebugLevel => Microsoft.Extensions.Logging.LogLevel.Debug,
            LogLevel.InfoLevel => Microsoft.Extensions.Logging.LogLevel.Information,
            LogLevel.WarningLevel => Microsoft.Extensions.Logging.LogLevel.Warning,
            _ => Microsoft.Extensions.Logging.LogLevel.Error,
        }, default, said, said.Cause, static (said, _) => $"{said.Message} ({said.LogSource})"));
    }
}
