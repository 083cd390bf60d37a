using System.CommandLine;
using System.Net.Sockets;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LiveComments.Server.Files;
using LiveComments.Server.Startup;
using LiveComments.Telemetry;
using Microsoft.AspNetCore.Connections;

namespace LiveComments.Server.Commands;

/// <summary><c>serve</c>, also what runs when no command is given.</summary>
internal static class ServeCommand
{
    private const string DefaultUrls = "http://127.0.0.1:5080";

    /// <summary>The program's.</summary>
    public static string Version { get; } =
        typeof(ServeCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static void AddTo(RootCommand root, CommandLine line)
    {
        var urls = Urls();
        Option<bool> anew = new("--new") { Description = "Begins anew in a data folder that has lost its database; its keys stay. Refused where there is a database." };
        var serve = new Command("serve", "Serves until it is told to stop: SIGTERM or Ctrl-C drains, a second one stops at once.");
        foreach (var command in (Command[])[root, serve])
        {
            command.Options.Add(urls);
            command.Options.Add(anew);
            command.SetAction(result => ServeAsync(line, line.Folder(result), Choose(line, result.GetValue(urls)), app => PrintBanner(app, line.Folder(result)), anew: result.GetValue(anew)));
        }
        root.Subcommands.Add(serve);
    }

    /// <summary>The option <c>--urls</c>.</summary>
    public static Option<string?> Urls() => new("--urls") { Description = $"Where to listen, separated by semicolons. [default: {DefaultUrls}]", HelpName = "URLS" };

    /// <summary>Where to listen, given what <c>--urls</c> says.</summary>
    /// <exception cref="CommandException">The server cannot listen there.</exception>
    public static string Choose(CommandLine line, string? given)
    {
        var urls = line.Choose(given, "urls", DefaultUrls);
        CheckUrls(urls);
        return urls;
    }

    /// <summary>Serves until a signal; the exit code.</summary>
    /// <param name="print">Says that it serves.</param>
    /// <param name="configure">Adds services.</param>
    /// <param name="anew">Whether to start with a new database where the old one is gone.</param>
    public static async Task<int> ServeAsync(CommandLine line, DataFolder folder, string urls, Action<WebApplication> print, Action<WebApplicationBuilder>? configure = null, bool anew = false)
    {
        using var owned = await folder.LockAsync(TimeProvider.System, CancellationToken.None);
        new Restoration(folder).Complete(TimeProvider.System);
        folder.MustBeWhole();
        var started = false;
        await using var app = LiveCommentsServer.Build(line.Arguments(folder, urls) with { Anew = anew, Serves = true }, builder =>
        {
            // The host would log a failed start with its stack; the command prints one line instead.
            builder.Logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", level => started && level >= LogLevel.Information);
            configure?.Invoke(builder);
        });
        Deadlines.Check(app.Services, Adapters.StoreTimeout(app.Services));
        using var impatience = new StopAtOnce();
        try
        {
            await app.StartAsync();
        }
        catch (Exception e) when (e is IOException { InnerException: AddressInUseException })
        {
            throw new CommandException($"{e.Message.TrimEnd('.')}. Stop the program that listens there, or choose another with --urls.");
        }
        catch (SocketException e)
        {
            throw new CommandException($"Cannot listen on {urls}: {e.Message}. Choose another with --urls.");
        }
        catch (Exception e) when (e is CryptographicException or InvalidOperationException { Source: "Microsoft.AspNetCore.Server.Kestrel.Core" })
        {
            throw new CommandException($"{e.Message.Split('\n')[0].TrimEnd()} https takes a certificate: --Kestrel:Certificates:Default:Path=cert.pem --Kestrel:Certificates:Default:KeyPath=key.pem.");
        }
        started = true;
        print(app);
        await app.WaitForShutdownAsync();
        return ExitCode(app.Services);
    }

    /// <summary>The exit code of a stopped server. A failed room or loop also stops the host, and the supervisor of the process must not mistake that for a requested stop.</summary>
    public static int ExitCode(IServiceProvider services) =>
        services.GetRequiredService<ProcessFault>().IsRaised
        || services.GetServices<IHostedService>().OfType<BackgroundService>().Any(loop => loop.ExecuteTask is { IsFaulted: true }) ? CommandLine.Failed : 0;

    private static void CheckUrls(string urls)
    {
        var addresses = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (addresses.Length == 0)
            throw new CommandException("--urls names no address.");
        foreach (var address in addresses)
        {
            BindingAddress parsed;
            try
            {
                parsed = BindingAddress.Parse(address);
            }
            catch (FormatException)
            {
                throw new CommandException($"--urls: '{address}' is not of the form http://host:port.");
            }
            if (parsed.Scheme is not ("http" or "https"))
                throw new CommandException($"--urls: '{address}' must begin with http:// or https://.");
            if (!parsed.IsUnixPipe && parsed.Port is < 0 or > 65_535)
                throw new CommandException($"--urls: the port of '{address}' must be 0 to 65535.");
            if (parsed.PathBase.Length > 0)
                throw new CommandException($"--urls: '{address}' must not have a path.");
        }
    }

    private static void PrintBanner(WebApplication app, DataFolder folder)
    {
        Console.Out.WriteLine($"""
            LiveComments {Version} is running.
              Address      {string.Join(", ", app.Urls)}
              Open         {app.Urls.First()}
              Data folder  {folder.Path}
              Administer   sign up there, then: LiveComments.Server admin set-role --username YOU --role administrator --data {folder.Path}
              Get a token  LiveComments.Server token --user {UserId.New(TimeProvider.System)} --role administrator --data {folder.Path}
              Stop         Ctrl-C
            """);
    }

    /// <summary>The host ignores further signals while it drains. A second signal means: stop at once.</summary>
    private sealed class StopAtOnce : IDisposable
    {
        private readonly PosixSignalRegistration[] _signals;
        private int _seen;

        public StopAtOnce() => _signals = [PosixSignalRegistration.Create(PosixSignal.SIGINT, On), PosixSignalRegistration.Create(PosixSignal.SIGTERM, On)];

        public void Dispose()
        {
            foreach (var signal in _signals)
                signal.Dispose();
        }

        private void On(PosixSignalContext context)
        {
            if (Interlocked.Increment(ref _seen) > 1)
                Environment.Exit(context.Signal == PosixSignal.SIGINT ? 130 : 143);
        }
    }
}
