namespace LiveComments.Feeds;

/// <summary>As what a stream counts.</summary>
/// <param name="User">Who watches; null for somebody who is not logged in.</param>
/// <param name="IsAway">Whether the page is out of sight.</param>
internal sealed record WatchedAs(UserId? User, bool IsAway);
