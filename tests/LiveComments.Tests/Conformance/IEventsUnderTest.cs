namespace LiveComments.Tests.Conformance;

/// <summary>A store's events and their participants: they are tested together, because what happens to the one shows in the other.</summary>
public interface IEventsUnderTest : IEventCatalog, IParticipants;
