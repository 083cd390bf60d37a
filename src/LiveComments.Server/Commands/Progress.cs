using Spectre.Console;

namespace LiveComments.Server.Commands;

/// <summary>A progress bar on standard error, and only for somebody who is looking: a file or a log gets none.</summary>
internal static class Progress
{
    /// <param name="work">Gets the way to tell how much is done, from 0 to 1.</param>
    public static async Task<T> ShowAsync<T>(string title, Func<Action<double>, Task<T>> work)
    {
        if (Console.IsErrorRedirected)
            return await work(_ => { });
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) });
        return await console.Progress().AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new ElapsedTimeColumn())
            .StartAsync(context =>
            {
                var task = context.AddTask(Markup.Escape(title), maxValue: 1);
                return work(done => task.Value = done);
            });
    }
}
