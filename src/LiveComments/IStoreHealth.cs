using LiveComments.Stores;

namespace LiveComments;

/// <summary>What is wrong with the store now, for operators.</summary>
public interface IStoreHealth
{
    /// <summary>The most serious condition; null when nothing is wrong. Costs a few microseconds, never waits, never fails.</summary>
    StoreFault? Fault { get; }
}
