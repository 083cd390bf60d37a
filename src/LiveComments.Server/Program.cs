using System.CommandLine;
using LiveComments.Server.Commands;

var root = new RootCommand("LiveComments: live comments for live video. Without a command it serves.");
ServeCommand.AddTo(root);
TokenCommand.AddTo(root);
return await root.Parse(args).InvokeAsync();
