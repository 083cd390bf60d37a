namespace LiveComments.Server;

/// <summary>What the command line decides before configuration is read.</summary>
/// <param name="Urls">Where to listen, separated by semicolons.</param>
/// <param name="Data">Full path of the data folder.</param>
/// <param name="Configuration">Further arguments <c>--LiveComments:Section:Key=value</c>.</param>
/// <param name="Serves">Whether this is a server, and not a command that works beside one.</param>
/// <param name="Anew">Whether to begin anew in a data folder that has lost its database.</param>
public sealed record ServerArguments(string Urls, string Data, string[] Configuration, bool Anew = false, bool Serves = false);
