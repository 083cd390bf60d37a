using LiveComments.Load.Measure;
using LiveComments.Load.Target;

namespace LiveComments.Load.Recipes;

/// <summary>A kind of load, with its numbers.</summary>
internal interface IRecipe
{
    /// <summary>What it wants to find on the server.</summary>
    Needs Needs { get; }

    /// <exception cref="LoadException">It cannot go on.</exception>
    /// <exception cref="OperationCanceledException">It was interrupted.</exception>
    Task RunAsync(Run run);
}

/// <summary>Where a recipe runs, and to whom it tells what it finds.</summary>
/// <param name="Progress">Shows one line about how far it is.</param>
/// <param name="Done">Takes the figures of a stage that is over.</param>
internal sealed record Run(LoadTarget Target, Action<string> Progress, Action<Report> Done, CancellationToken Cancelled);
