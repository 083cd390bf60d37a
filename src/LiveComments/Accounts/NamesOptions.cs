using System.Text;

namespace LiveComments.Accounts;

/// <summary>What people may call themselves: section <c>LiveComments:Names</c>.</summary>
public sealed class NamesOptions
{
    /// <summary>
    /// Names that nobody may give themselves, beside those that always stand for who runs the site (admin, moderator, staff, support and the like): the names of your
    /// site, company or presenters. Look-alikes, case, and digits or signs around them do not make another name. Administrators and moderators may have them, and who has one already keeps it.
    /// </summary>
    public IList<string> Reserved { get; } = [];

    /// <summary>Null when every value is of its form, else what is wrong.</summary>
    public string? Fault() => Reserved.FirstOrDefault(name => name.Length > DisplayName.MaxLength || !DisplayName.TryNormalize(name, out _) || !name.EnumerateRunes().Any(Rune.IsLetter)) is { } wrong
        ? $"LiveComments:Names:Reserved: '{wrong}' has no letter, or more than {DisplayName.MaxLength} characters."
        : null;
}
