using System.Globalization;

namespace LiveComments.Keys;

/// <summary>A key as it is stored.</summary>
/// <param name="Name">Unique in its ring. Names are six digits that count up, so their ordinal order is the order of age whatever the clocks say.</param>
/// <param name="Value">Text in UTF-8, in a form that its user chose.</param>
public sealed record StoredKey(string Name, byte[] Value)
{
    /// <summary>The name that comes after those of a ring. Names with something behind their digits are from former versions.</summary>
    public static string NextName(IEnumerable<StoredKey> ring) =>
        (1 + ring.Select(key => int.TryParse(key.Name.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).DefaultIfEmpty().Max()).ToString("D6", CultureInfo.InvariantCulture);
}
