using LiveComments.Server;
using LiveComments.Sqlite;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.Tests.EndToEnd.Crash;

/// <summary>
/// What runs when this assembly is started as a program: the real server with one promise broken, for the checkers to find.
/// </summary>
internal static class BrokenHost
{
    public enum Fault
    {
        /// <summary>Comments are acknowledged and shown a while before they are stored.</summary>
        AckBeforeCommit,

        /// <summary>The database does not wait for the disk.</summary>
        SynchronousOff,

        /// <summary>The feeds of this node are not told some comments, and do not notice.</summary>
        MissedComments,

        /// <summary>The feeds of this node are told nothing of removals.</summary>
        MissedRemovals,

        /// <summary>Who comes back is shown again what was shown last.</summary>
        ResumeOffByOne,
    }

    /// <param name="args">A fault, then the arguments of the server's <c>serve</c>, as <see cref="ChildServer"/> writes them.</param>
    public static async Task Main(string[] args)
    {
        if (args is not [var name, "--urls", var urls, "--data", var data, .. var configuration] || !Enum.TryParse<Fault>(name, out var fault))
            throw new ArgumentException("Started by the tests only: FAULT --urls URL --data DIR ...");
        if (fault is Fault.MissedComments or Fault.MissedRemovals)
        {
            var hocon = Path.Combine(data, "broken.conf");
            await File.WriteAllTextAsync(hocon, SwallowingMailbox.Hocon(fault));
            configuration = [.. configuration, $"--LiveComments:Engine:Hocon={hocon}"];
        }
        await using var app = LiveCommentsServer.Build(new ServerArguments(urls, data, configuration, Serves: true), builder =>
        {
            if (fault == Fault.AckBeforeCommit)
                PutBeforeTheLog(builder.Services);
            if (fault == Fault.ResumeOffByOne)
                builder.Services.AddSingleton<IStartupFilter, ResumeOffByOne>();
        });
        if (fault == Fault.SynchronousOff)
            await SwitchSynchronousOffAsync(app.Services.GetRequiredService<SqliteDatabase>());
        await app.RunAsync();
    }

    private static void PutBeforeTheLog(IServiceCollection services)
    {
        var log = services.Single(service => service.ServiceType == typeof(IEventLog));
        services.Remove(log);
        services.AddSingleton<IEventLog>(provider => new AckBeforeCommitLog(
            (IEventLog)(log.ImplementationFactory?.Invoke(provider) ?? ActivatorUtilities.CreateInstance(provider, log.ImplementationType!)),
            provider.GetRequiredService<TimeProvider>()));
    }

    private static async Task SwitchSynchronousOffAsync(SqliteDatabase database)
    {
        var level = await database.WriteAsync(connection =>
        {
            // The pragma is refused inside a transaction, and the writer always is in one: it is left and entered again.
            connection.Execute("COMMIT");
            connection.Execute("PRAGMA synchronous = OFF");
            connection.Execute("BEGIN IMMEDIATE");
            return connection.Scalar<long>("PRAGMA synchronous");
        }, CancellationToken.None);
        if (level != 0)
            throw new InvalidOperationException("synchronous = OFF was not taken.");
    }
}
