using LiveComments.Text;

namespace LiveComments.Moderation.Rules;

/// <summary>What becomes of a comment with links.</summary>
/// <param name="Action"><see cref="Verdict.Admit"/> for links that no list names, unless they are to be held or refused.</param>
/// <param name="Allowed">Hosts whose links are always admitted, with all hosts below them: <c>example.org</c> stands for <c>www.example.org</c> too.</param>
/// <param name="Blocked">Hosts whose links are refused.</param>
public sealed record LinkRule(Verdict Action, IReadOnlyList<string> Allowed, IReadOnlyList<string> Blocked)
{
    /// <summary>The strictest answer that one of the links gives; null when all are admitted.</summary>
    public RuleMatch? Judge(string text)
    {
        RuleMatch? match = null;
        for (var link = Links.Find(text, 0); link.Length > 0; link = Links.Find(text, link.Start + link.Length))
        {
            var host = text.AsSpan(link.HostStart, link.HostLength);
            if (IsOf(host, Blocked))
                return new RuleMatch(Verdict.Refuse, $"links to {host}, which is blocked");
            if (Action != Verdict.Admit && match is null && !IsOf(host, Allowed))
                match = new RuleMatch(Action, $"links to {host}");
        }
        return match;
    }

    private static bool IsOf(ReadOnlySpan<char> host, IReadOnlyList<string> hosts)
    {
        foreach (var known in hosts)
            if (host.EndsWith(known, StringComparison.OrdinalIgnoreCase) && (host.Length == known.Length || host[^(known.Length + 1)] == '.'))
                return true;
        return false;
    }
}
