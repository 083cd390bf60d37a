using LiveComments.Challenges;
using LiveComments.Server.Challenges;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.Options;

namespace LiveComments.Tests.Server.Challenges;

public sealed class ProofOfWorkTests
{
    private readonly FakeTime _time = new();
    private readonly EphemeralDataProtectionProvider _keys = new();
    private readonly UserId _ann = new(Guid.NewGuid());
    private readonly EventId _show = new(Guid.NewGuid());

    [Fact]
    public async Task Who_solves_it_has_shown_it_and_the_same_answer_is_always_the_same_one()
    {
        var challenge = Work.Ask(_ann, _show);
        Assert.Equal(("proof-of-work", 8), (challenge.Kind, challenge.Difficulty));
        var answer = Solve(challenge);
        var judged = await CheckAsync(answer);
        Assert.Equal(ChallengeVerdict.Right, judged.Verdict);
        Assert.Equal(challenge.ExpiresAt, judged.Until);
        Assert.Equal(judged, await CheckAsync(answer));
        Assert.NotEqual(judged.Once, (await CheckAsync(Solve(Work.Ask(_ann, _show)))).Once);
    }

    [Fact]
    public async Task It_is_good_for_one_person_in_one_event_and_for_five_minutes()
    {
        var answer = Solve(Work.Ask(_ann, _show));
        Assert.Equal(ChallengeVerdict.Wrong, (await Work.CheckAsync(new UserId(Guid.NewGuid()), _show, answer, null, default)).Verdict);
        Assert.Equal(ChallengeVerdict.Wrong, (await Work.CheckAsync(_ann, new EventId(Guid.NewGuid()), answer, null, default)).Verdict);
        _time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(ChallengeVerdict.Right, (await CheckAsync(answer)).Verdict);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(ChallengeVerdict.Late, (await CheckAsync(answer)).Verdict);
    }

    [Fact]
    public async Task What_is_not_solved_or_not_ours_is_wrong()
    {
        var challenge = Work.Ask(_ann, _show);
        var (token, number) = (challenge.Token!, Solve(challenge).Split('.')[1]);
        var unsolved = Enumerable.Range(0, int.MaxValue).First(n => !ProofOfWork.Solves(token, $"{n}", 8));
        var others = Solve(new ProofOfWork(new EphemeralDataProtectionProvider(), Difficulty(8), _time).Ask(_ann, _show));
        foreach (var answer in (string[])[$"{token}.{unsolved}", others, token, $"{token}.", $".{number}", $"{token}.{number}.", $"{token}.-1", $"{token}.0x1", $"{token}. {number}", $"{token}A.{number}",
            $"{token[..^4]}.{number}", $"{token}.{new string('0', 12)}{number}", "", ".", "'; DROP TABLE spent_challenges;--", new string('A', 100_000) + ".1", "\u0000.1", "🏆.1"])
            Assert.Equal(ChallengeVerdict.Wrong, (await CheckAsync(answer)).Verdict);
    }

    [Fact]
    public async Task An_easier_setting_does_not_make_a_challenge_easier_that_was_given_out()
    {
        var challenge = new ProofOfWork(_keys, Difficulty(12), _time).Ask(_ann, _show);
        var easy = Enumerable.Range(0, int.MaxValue).First(n => ProofOfWork.Solves(challenge.Token!, $"{n}", 4) && !ProofOfWork.Solves(challenge.Token!, $"{n}", 12));
        Assert.Equal(ChallengeVerdict.Wrong, (await CheckAsync($"{challenge.Token}.{easy}")).Verdict);
    }

    /// <summary>As a client does.</summary>
    internal static string Solve(Challenge challenge) => Solve(challenge.Token!, challenge.Difficulty!.Value);

    internal static string Solve(string token, int difficulty) => $"{token}.{Enumerable.Range(0, int.MaxValue).First(n => ProofOfWork.Solves(token, $"{n}", difficulty))}";

    private ProofOfWork Work => new(_keys, Difficulty(8), _time);

    private ValueTask<ChallengeAnswer> CheckAsync(string answer) => Work.CheckAsync(_ann, _show, answer, null, default);

    private static IOptions<ChallengeOptions> Difficulty(int bits) => Options.Create(new ChallengeOptions { Difficulty = bits });
}
