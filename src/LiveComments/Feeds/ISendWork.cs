namespace LiveComments.Feeds;

/// <summary>Something a sender does.</summary>
internal interface ISendWork
{
    void Run();
}
