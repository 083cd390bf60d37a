using LiveComments.Server.Commands;

return await CommandLine.RunAsync(args);
