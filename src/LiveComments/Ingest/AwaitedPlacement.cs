using LiveComments.Log;

namespace LiveComments.Ingest;

/// <summary>An entry whose placing is awaited.</summary>
public sealed class AwaitedPlacement(EntryDraft draft) : Placement<EntryDraft, AppendResult>
{
    private readonly Awaited<AppendResult> _answer = new();

    public override EntryDraft Draft => draft;

    /// <summary>To be awaited once.</summary>
    public ValueTask<AppendResult> Answer => _answer.Task;

    public override void Complete(AppendResult result) => _answer.Set(result);
}
