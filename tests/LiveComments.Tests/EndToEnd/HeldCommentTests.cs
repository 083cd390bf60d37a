namespace LiveComments.Tests.EndToEnd;

public sealed class HeldCommentTests : HeldCommentSpec;
