namespace LiveComments.Server.Startup;

/// <summary>Finds what somebody meant to type.</summary>
internal static class NearestWord
{
    /// <summary>The nearest of the known words, or null when none is near: fewer than half of the letters may differ.</summary>
    public static string? Nearest(string word, IEnumerable<string> known) =>
        known.Select(candidate => (Candidate: candidate, Distance: Distance(word, candidate)))
            .Where(found => found.Distance * 2 < word.Length)
            .OrderBy(found => found.Distance).Select(found => found.Candidate).FirstOrDefault();

    /// <summary>Levenshtein: how many letters to insert, delete or replace.</summary>
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var replaced = diagonal + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j - 1], row[j]) + 1);
            }
        }
        return row[b.Length];
    }
}
