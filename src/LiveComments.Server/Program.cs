using LiveComments.Server.Commands;
using LiveComments.Server.Http;

BriefRequest.UsePollingThreads();
return await CommandLine.RunAsync(args);
