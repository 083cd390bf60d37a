using LiveComments.Log;

namespace LiveComments.Ingest;

/// <summary>A placement that is awaited.</summary>
public sealed class AwaitedPlacement(EntryDraft draft) : Placement(draft)
{
    private readonly Awaited<AppendResult> _answer = new();

    /// <summary>To be awaited once.</summary>
    public ValueTask<AppendResult> Answer => _answer.Task;

    public override void Complete(AppendResult result) => _answer.Set(result);
}
