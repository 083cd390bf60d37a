using System.Collections.Frozen;
using System.Text;
using LiveComments.Text;
using Microsoft.Extensions.Options;

namespace LiveComments.Accounts;

/// <summary>Reserved names: somebody without a role could use one to pose as staff and ask others for passwords.</summary>
public sealed class ReservedNames(IOptions<NamesOptions> options)
{
    private static readonly string[] Always =
    [
        "admin", "admins", "administrator", "administrators", "mod", "mods", "moderator", "moderators", "host", "staff", "team", "support", "system", "official", "livecomments",
    ];

    private readonly FrozenSet<string> _keys = Always.Concat(options.Value.Reserved).SelectMany(Keys).ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True when somebody without a role may not have this username or display name. Names of the form of guests' are given, never chosen.</summary>
    public bool Contains(string name)
    {
        if (GuestName.IsOne(name))
            return true;
        // Digits at the ends may be decoration (admin1) or letters in disguise (0fficia1), at each end for itself.
        var (start, end) = (0, name.Length);
        while (start < end && !char.IsLetter(name[start]) && !char.IsSurrogate(name[start]))
            start++;
        while (end > start && !char.IsLetter(name[end - 1]) && !char.IsSurrogate(name[end - 1]))
            end--;
        return new[] { name, name[start..], name[..end], name[start..end] }.SelectMany(Keys).Any(_keys.Contains);
    }

    /// <summary>The letters of a name's skeletons.</summary>
    private static IEnumerable<string> Keys(string name) =>
        Skeleton.AllOf(name).Select(skeleton => string.Concat(skeleton.EnumerateRunes().Where(Rune.IsLetter)));
}
