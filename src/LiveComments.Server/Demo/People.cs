using LiveComments.Accounts;

namespace LiveComments.Server.Demo;

/// <summary>The crowd of a demo, with made-up names.</summary>
internal static class People
{
    private static readonly string[] Kinds = ["Quiet", "Sunny", "Clever", "Tiny", "Brave", "Sleepy", "Lucky", "Fuzzy", "Swift", "Jolly", "Misty", "Cosmic"];
    private static readonly string[] Animals = ["Otter", "Falcon", "Badger", "Panda", "Heron", "Lynx", "Gecko", "Marmot", "Puffin", "Koala", "Tapir", "Walrus"];

    /// <summary>As many people, each with a name of their own; the first one is a moderator.</summary>
    public static IReadOnlyList<Caller> Create(int count, Random random)
    {
        var names = Kinds.SelectMany(kind => Animals.Select(animal => kind + animal)).ToArray();
        random.Shuffle(names);
        return [.. names.Take(count).Select((name, i) =>
            new Caller(new UserId(Guid.NewGuid()), name, i == 0 ? Role.Moderator : Role.Viewer, null, null, DateTimeOffset.MaxValue))];
    }
}
