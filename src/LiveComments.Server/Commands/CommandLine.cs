using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;
using System.Runtime.InteropServices;
using LiveComments.Server.Auth.Tokens;
using LiveComments.Server.Files;
using LiveComments.Server.Startup;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace LiveComments.Server.Commands;

/// <summary>
/// The command line: what every command shares, and how every command ends. Exit codes: 0 done, 1 failed, 2 refused (the message
/// says what to change), 130 and 143 interrupted.
/// </summary>
internal sealed class CommandLine
{
    public const int Failed = 1, Refused = 2;

    private static readonly string[] Sections = ["LiveComments", "Logging", "Kestrel"];

    private readonly string[] _settings;
    private readonly IConfigurationRoot _configuration;
    private readonly Option<string?> _data = new("--data") { Description = "The data folder. [default: the setting LiveComments:Data, or ./data]", HelpName = "DIR", Recursive = true, Validators = { MustNotBeEmpty } };

    private CommandLine(string[] settings)
    {
        _settings = settings;
        _configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().AddCommandLine(settings).Build();
    }

    public static async Task<int> RunAsync(string[] args)
    {
        // Settings are the configuration's own; everything else must be known to the parser, so that a slip is never ignored.
        var settings = args.Where(IsSetting).ToArray();
        try
        {
            // Names and texts are normalized with ICU. Without it, the same name could be registered twice.
            if ("e\u0301".Normalize() != "\u00e9")
                throw new CommandException("This program needs ICU: leave out DOTNET_SYSTEM_GLOBALIZATION_INVARIANT=1 (or System.Globalization.Invariant in runtimeconfig.json) and install libicu.");
            var line = new CommandLine(settings);
            var parsed = line.Root().Parse([.. args.Where(arg => !IsSetting(arg))]);
            // One option for all commands; to the demo the folder is another, and its help says which.
            if (parsed.CommandResult.Command.Name == DemoCommand.Name)
                line._data.Description = DemoCommand.DataHelp;
            // Each command handles signals itself: a server drains, a backup removes its unfinished work.
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            if (parsed.Action is ParseErrorAction)
                throw new CommandException(Slip(parsed));
            return await parsed.InvokeAsync(invocation);
        }
        catch (Exception e) when (Explain(e) is { } lines)
        {
            foreach (var text in lines)
                await Console.Error.WriteLineAsync("error: " + text);
            return ExitCode(e);
        }
    }

    /// <summary>The data folder: <c>--data</c>, else the setting <c>LiveComments:Data</c>, else <c>./data</c>.</summary>
    public DataFolder Folder(ParseResult result) => NamedFolder(result) ?? new(_configuration["LiveComments:Data"] switch
    {
        null => "data",
        "" => throw new CommandException("LiveComments:Data is empty: name the data folder, or leave the setting out."),
        var path => path,
    }, StoreIsInDataFolder);

    /// <summary>The folder that <c>--data</c> names; null without one.</summary>
    public DataFolder? NamedFolder(ParseResult result) => result.GetValue(_data) is { } path ? new(path, StoreIsInDataFolder) : null;

    /// <summary>Whether the store is a file of the data folder.</summary>
    public bool StoreIsInDataFolder => Adapters.StoreIsInDataFolder(_configuration);

    /// <summary>The first of a value given on the command line, the settings and a default.</summary>
    public string Choose(string? given, string key, string otherwise) => given ?? _configuration[key] ?? otherwise;

    /// <summary>What <see cref="LiveCommentsServer.Build"/> takes.</summary>
    public ServerArguments Arguments(DataFolder folder, string urls) => new(urls, folder.Path, _settings);

    /// <summary>
    /// Everything a server is made of, without starting it: for commands that work on a data folder, beside a running server or
    /// alone. Only the folder's owner changes the database's schema, so that a newer program never changes it under an older one.
    /// Logs from warnings up go to the standard error stream: standard output is the command's answer.
    /// </summary>
    public WebApplication Open(ParseResult result)
    {
        var folder = Folder(result);
        folder.MustBeOwn();
        using var owned = folder.TryLock();
        if (owned is not null)
            new Restoration(folder).Complete(TimeProvider.System);
        folder.MustBeWhole();
        folder.CreateAloud();
        return LiveCommentsServer.Build(Arguments(folder, "http://127.0.0.1:0"), builder =>
        {
            builder.Logging.ClearProviders().SetMinimumLevel(LogLevel.Warning).AddConsole(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
            // A command may wait longer than a request, and the server beside it comes first.
            builder.LetStoreTake(TimeSpan.FromMinutes(1));
            builder.MigrateStore(owned is not null);
        });
    }

    /// <summary>Runs work with the keys of a server's tokens. Where they are files, the database is not opened: a damaged one must not prevent a rotation.</summary>
    public async Task UseKeysAsync(ParseResult result, Func<SigningKeys, Task> work, CancellationToken ct)
    {
        await using var app = StoreIsInDataFolder ? null : Open(result);
        var keys = app?.Services.GetRequiredService<SigningKeys>() ?? new SigningKeys(new KeyFolder(Folder(result).Keys), TimeProvider.System, NullLogger<SigningKeys>.Instance);
        await keys.ReadAsync(ct);
        await work(keys);
    }

    /// <summary>The store's own tools, for commands that work on files rather than on a data folder as a server sees it.</summary>
    public static ServiceProvider Store()
    {
        var services = new ServiceCollection();
        services.AddSingleton(TimeProvider.System).AddStoreTools();
        return services.BuildServiceProvider();
    }

    /// <summary>For paths: an empty one usually comes from an unset variable in a script.</summary>
    public static void MustNotBeEmpty(SymbolResult result)
    {
        if (result.Tokens is [{ Value: "" }])
            result.AddError((result is OptionResult option ? option.Option.Name : "The path") + " is empty.");
    }

    /// <summary>Runs a command's work so that SIGINT and SIGTERM cancel it once; a second signal ends the process at once.</summary>
    public static async Task<int> InterruptibleAsync(Func<CancellationToken, Task> work)
    {
        using var interrupt = new CancellationTokenSource();
        var exitCode = 0;
        void On(PosixSignalContext signal)
        {
            // The second signal is not handled, so it ends the process.
            signal.Cancel = !interrupt.IsCancellationRequested;
            exitCode = signal.Signal == PosixSignal.SIGINT ? 130 : 143;
            interrupt.Cancel();
        }
        using var sigint = PosixSignalRegistration.Create(PosixSignal.SIGINT, On);
        using var sigterm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, On);
        try
        {
            await work(interrupt.Token);
            return 0;
        }
        catch (OperationCanceledException) when (interrupt.IsCancellationRequested)
        {
            await Console.Error.WriteLineAsync("Interrupted; nothing was kept.");
            return exitCode;
        }
    }

    private static bool IsSetting(string arg) =>
        arg.StartsWith("--", StringComparison.Ordinal) && arg.Contains('=')
        && Sections.Any(section => arg.AsSpan(2).StartsWith(section + ":", StringComparison.OrdinalIgnoreCase));

    /// <summary>What is wrong with the arguments, and what was probably meant.</summary>
    private static string Slip(ParseResult parsed)
    {
        if (parsed.UnmatchedTokens.FirstOrDefault() is not { } unknown)
            return parsed.Errors[0].Message + " See --help.";
        if (Sections.Any(section => unknown.StartsWith($"--{section}:", StringComparison.OrdinalIgnoreCase)))
            return $"'{unknown}' has no value: settings are given as --LiveComments:Section:Key=value.";
        var command = parsed.CommandResult.Command;
        var known = command.Options.Concat(parsed.RootCommandResult.Command.Options.Where(option => option.Recursive))
            .SelectMany(option => option.Aliases.Append(option.Name)).Concat(command.Subcommands.Select(subcommand => subcommand.Name));
        return $"'{unknown}' is not known here. " + (NearestWord.Nearest(unknown.Split('=')[0], known) is { } meant
            ? $"Did you mean {meant}?"
            : "See --help; settings are given as --LiveComments:Section:Key=value.");
    }

    /// <summary>Of an exception that <see cref="Explain"/> explains.</summary>
    public static int ExitCode(Exception exception) => exception is StoreUnavailableException or IOException or UnauthorizedAccessException ? Failed : Refused;

    /// <summary>Null for an unexpected fault, which is shown with its stack.</summary>
    public static IEnumerable<string>? Explain(Exception exception) => exception switch
    {
        StoreUnavailableException { OutcomeUnknown: true } => [exception.Message + " It is not known whether it was done: run the command again, which does no harm."],
        CommandException or StoreUnavailableException or IOException or UnauthorizedAccessException => [exception.Message],
        OptionsValidationException invalid => invalid.Failures,
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException) => several.InnerExceptions.SelectMany(inner => Explain(inner)!),
        // The binder's: the value is not of the option's type.
        InvalidOperationException { InnerException: FormatException or ArgumentException or NotSupportedException or null } unread
            when unread.Message.StartsWith("Failed to convert configuration value", StringComparison.Ordinal) => [unread.Message],
        InvalidDataException or FormatException when exception.Source == "Microsoft.Extensions.Configuration.Json" => [exception.Message],
        _ => null,
    };

    private RootCommand Root()
    {
        var root = new RootCommand("LiveComments: live comments for live video. Without a command it serves. "
            + "Every command takes settings as --LiveComments:Section:Key=value; they are also read from appsettings.json and from the environment (LiveComments__Section__Key).");
        root.Options.Add(_data);
        ServeCommand.AddTo(root, this);
        DemoCommand.AddTo(root, this);
        TokenCommand.AddTo(root, this);
        AdminCommand.AddTo(root, this);
        KeysCommand.AddTo(root, this);
        ExportCommand.AddTo(root, this);
        AuditCommand.AddTo(root, this);
        ScoreCommand.AddTo(root);
        TrainCommand.AddTo(root);
        ClusterCommand.AddTo(root, this);
        BackupCommand.AddTo(root, this);
        RestoreCommand.AddTo(root, this);
        return root;
    }
}
