namespace LiveComments.Tests.Browser;

/// <summary>Pages of those who run events, beside the viewers' ones: a collection is one after another, and all of them in one took longest of all tests.</summary>
[CollectionDefinition(Name)]
public sealed class StaffBrowserCollection : ICollectionFixture<Chromium>
{
    public const string Name = "Staff's browser";
}
