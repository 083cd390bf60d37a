namespace LiveComments.Tests.EndToEnd;

public sealed class PostingTests(SharedServer shared) : PostingSpec(shared), IClassFixture<SharedServer>;
