namespace LiveComments.Akka;

/// <summary>A node without others has every duty.</summary>
internal sealed class Alone : IDuty
{
    public bool IsOurs => true;
}
