namespace LiveComments;

/// <summary>What has to be done once, however many nodes there are: one of them has the duty. Around a change two may have it, or none for a moment, so the work must bear both.</summary>
public interface IDuty
{
    /// <summary>Whether it is this node's.</summary>
    bool IsOurs { get; }
}
