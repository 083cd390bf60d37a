using System.Globalization;
using LiveComments.Server.Commands;
using LiveComments.Server.Connections;
using LiveComments.Server.Http;

if (OpenFiles.Fault() is { } fault)
{
    Console.Error.WriteLine("error: " + fault);
    return CommandLine.Refused;
}
// Output is the same in every locale, because programs read it too.
CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
InlineRequests.UsePollingThreads();
return await CommandLine.RunAsync(args);
