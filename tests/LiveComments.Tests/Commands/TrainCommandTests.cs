using LiveComments.Tests.EndToEnd;

namespace LiveComments.Tests.Commands;

public sealed class TrainCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Each_labelled_file_is_measured_by_a_model_of_the_others_and_the_model_of_all_is_written()
    {
        await File.WriteAllTextAsync(_folder.At("one.csv"), "text,spam\ncheap watches at my shop,1\nwatches are cheap here,1\nwhat a goal,0\nthat was close,0\n");
        await File.WriteAllTextAsync(_folder.At("two.csv"), "text,spam\nbuy cheap watches,1\nwhat a close goal that was,0\n");
        await File.WriteAllTextAsync(_folder.At("chat.csv"), string.Concat(Enumerable.Repeat("goal\n", 10)));
        var (exitCode, output, error) = await ServerProcess.RunAsync("train", _folder.At("one.csv"), _folder.At("two.csv"), _folder.At("chat.csv"), "--out", _folder.At("spam.model"));
        Assert.True(exitCode == 0, error);
        Assert.Contains("two.csv, by a model of the other files: of 1 labelled as spam 1 are held or refused, of 1 others 0: precision 1.000, recall 1.000, F1 1.000", output);
        Assert.Contains("all of these: of 3 labelled as spam", output);
        Assert.Contains("chat: of 8 lines that it has not learned from 0 are held and 0 refused, 0.00 %", output);
        Assert.True(File.Exists(_folder.At("spam.model")));
    }

    [Fact]
    public async Task Files_without_labels_teach_nothing()
    {
        await File.WriteAllTextAsync(_folder.At("chat.csv"), "goal\n");
        var (exitCode, _, error) = await ServerProcess.RunAsync("train", _folder.At("chat.csv"));
        Assert.Equal(2, exitCode);
        Assert.Contains("None of the files has a column spam", error);
    }
}
