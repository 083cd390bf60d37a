namespace LiveComments.Client.Streams;

/// <summary>One thing that a watched event's stream says. Switch on the type, and pass over those that you do not need: newer versions add some.</summary>
public abstract record StreamMessage
{
    private protected StreamMessage()
    {
    }
}
