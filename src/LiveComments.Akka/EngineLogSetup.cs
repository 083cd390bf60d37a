using Akka.Actor.Setup;
using Microsoft.Extensions.Logging;

namespace LiveComments.Akka;

/// <summary>Hands the server's log to <see cref="EngineLog"/>, which Akka makes by its name.</summary>
internal sealed class EngineLogSetup(ILogger logger) : Setup
{
    public ILogger Logger => logger;
}
