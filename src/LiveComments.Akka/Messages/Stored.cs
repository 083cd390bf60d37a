namespace LiveComments.Akka.Messages;

/// <summary>Answers a <see cref="StoreRequest{TDraft}"/>: one result for each draft, in their order. What is stored is committed and flushed.</summary>
internal sealed record Stored<TResult>(IReadOnlyList<TResult> Results);
