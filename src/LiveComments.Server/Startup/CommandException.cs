namespace LiveComments.Server.Startup;

/// <summary>A command cannot do what was asked. The message is one line that says what is wrong and what to do.</summary>
internal sealed class CommandException(string message) : Exception(message);
