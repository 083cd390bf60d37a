namespace LiveComments.Server.Startup;

/// <summary>A command cannot do what it was asked: the message, one line that says what is wrong and what to do, is all anybody sees.</summary>
internal sealed class CommandException(string message) : Exception(message);
