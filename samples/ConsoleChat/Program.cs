using System.Text;
using ConsoleChat;
using LiveComments.Client;

const string Usage = """
    ConsoleChat SERVER EVENT                 shows an event's comments until it ends, or until Ctrl-C
    ConsoleChat SERVER EVENT --name NAME     writes each line of its input as NAME too, whose password is in the variable LIVECOMMENTS_PASSWORD,
                                             and ends when the input has ended and all of it was shown
    """;
if (args is not ([_, _] or [_, _, "--name", _]) || !Uri.TryCreate(args[0], UriKind.Absolute, out var address))
{
    Console.Error.WriteLine(Usage);
    return 2;
}

Console.OutputEncoding = Encoding.UTF8;
using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, pressed) =>
{
    pressed.Cancel = true;
    stop.Cancel();
};
using var client = new LiveCommentsClient(address);
var chat = new Chat(client, args[1]);
try
{
    if (args is [_, _, _, var name])
        await client.LogInAsync(name, Environment.GetEnvironmentVariable("LIVECOMMENTS_PASSWORD") ?? "", ct: stop.Token);
    await chat.RunAsync(client.SignedIn is null ? null : new StreamReader(Console.OpenStandardInput(), Encoding.UTF8), stop.Token);
    return 0;
}
catch (LiveCommentsException problem)
{
    Console.Error.WriteLine($"{problem.Message} ({problem.Code})");
    return 1;
}
catch (OperationCanceledException) when (stop.IsCancellationRequested)
{
    return 0;
}
