using System.Numerics;

namespace LiveComments.Cassandra;

/// <summary>
/// Comments are listed by levels of popularity, so that one moves in the list less than a hundred times while it gets a million reactions, instead of each time. From 8 reactions on, each level begins
/// 14 to 25 % above the one below.
/// </summary>
internal static class PopularLevel
{
    /// <summary>Below this a level is the number of reactions.</summary>
    public const int Exact = 8;

    /// <param name="total">How many reactions a comment has.</param>
    public static int Of(int total)
    {
        if (total < Exact)
            return Math.Max(0, total);
        var power = BitOperations.Log2((uint)total);
        return Exact + ((power - 3) * 4) + ((total >> (power - 2)) & 3);
    }
}
