using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using LiveComments.Text;

namespace LiveComments.Tests.Text;

public sealed class SkeletonTests
{
    [Fact]
    public void Names_that_look_the_same_have_one_skeleton_and_others_have_another()
    {
        // The pages' tests read the same file.
        using var cases = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, "tests", "LiveComments.Tests", "Browser", "lookalikes.json")));
        var groups = cases.RootElement.EnumerateArray().Select(group => group.GetProperty("names").EnumerateArray().Select(name => name.GetString()!).ToList()).ToList();
        Assert.All(groups, names => Assert.All(names, name => Assert.Equal(Skeleton.Of(names[0]), Skeleton.Of(name))));
        Assert.Equal(groups.Count, groups.Select(names => Skeleton.Of(names[0])).Distinct().Count());
    }

    [Fact]
    public void Case_and_what_nobody_sees_make_no_other_skeleton() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1_000), Prop.ForAll(Arb.From(Gen.Elements("a", "I", "l", "m", "rn", "0", "é", "А", "к", "日", " ", ".").ListOf().Select(string.Concat)), name =>
            Skeleton.Of(string.Join('\u200B', name.ToCharArray())) == Skeleton.Of(name) && Skeleton.Of(Skeleton.Of(name)) == Skeleton.Of(name)));
}
