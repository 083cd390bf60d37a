using System.Globalization;
using LiveComments.Server.Commands;
using LiveComments.Server.Connections;
using LiveComments.Server.Http;

if (OpenFiles.Fault() is { } fault)
{
    Console.Error.WriteLine("error: " + fault);
    return CommandLine.Refused;
}
// What the process writes is for programs and for people anywhere: the same wherever it runs, in the year that everybody counts.
CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
InlineRequests.UsePollingThreads();
return await CommandLine.RunAsync(args);
