using LiveComments.Stores;

namespace LiveComments;

/// <summary>What is wrong with the store at present, for whoever watches over the server.</summary>
public interface IStoreHealth
{
    /// <summary>The worst that is known now; null when nothing is wrong. Costs a few microseconds, never waits, never fails.</summary>
    StoreFault? Fault { get; }
}
