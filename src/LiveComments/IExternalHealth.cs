namespace LiveComments;

/// <summary>What is wrong with a system beside this server, for operators. The server goes on without it.</summary>
public interface IExternalHealth
{
    /// <summary>What is wrong and what waits for it, in one or two sentences that anybody may read; null when nothing is wrong. Costs a few microseconds, never waits, never fails.</summary>
    string? Fault { get; }
}
