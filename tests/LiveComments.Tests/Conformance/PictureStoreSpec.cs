using System.Text;
using LiveComments.Accounts;
using LiveComments.Events;
using LiveComments.Pictures;

namespace LiveComments.Tests.Conformance;

/// <summary>What <see cref="IPictureStore"/> promises, whatever stores it.</summary>
public abstract class PictureStoreSpec : StoreSpec
{
    private static readonly byte[] First = [0xFF, 0xD8, 0, 1, 2], Second = [.. Encoding.ASCII.GetBytes(new string('x', 100_000))];

    private IPictureStore Pictures => Store.Pictures;

    [Fact]
    public async Task A_picture_comes_back_as_it_was_put_also_after_a_restart()
    {
        var address = (await Pictures.PutAsync(await PersonAsync(), First, default))!.Value;
        Assert.Equal(1, address.Version);
        await Store.ReopenAsync();
        await AssertAsync(address, First);
        Assert.Null(await Pictures.FindAsync(PictureId.New(), default));
    }

    [Fact]
    public async Task Another_takes_its_place_at_a_new_address_and_the_old_one_answers_with_it()
    {
        var person = await PersonAsync();
        var first = (await Pictures.PutAsync(person, First, default))!.Value;
        var second = (await Pictures.PutAsync(person, Second, default))!.Value;
        Assert.Equal(first with { Version = 2 }, second);
        await AssertAsync(second, Second);
    }

    [Fact]
    public async Task Each_person_and_each_event_has_its_own()
    {
        var (person, other, show) = (await PersonAsync(), await PersonAsync(), await EventAsync());
        var (a, b, c) = ((await Pictures.PutAsync(person, First, default))!.Value, (await Pictures.PutAsync(other, Second, default))!.Value, (await Pictures.PutAsync(show, [7], default))!.Value);
        Assert.Equal(3, new[] { a.Id, b.Id, c.Id }.Distinct().Count());
        await AssertAsync(a, First);
        await AssertAsync(b, Second);
        await AssertAsync(c, [7]);
    }

    [Fact]
    public async Task One_that_is_taken_away_is_gone_and_the_next_has_another_id()
    {
        var (person, other) = (await PersonAsync(), await PersonAsync());
        var first = (await Pictures.PutAsync(person, First, default))!.Value;
        var kept = (await Pictures.PutAsync(other, First, default))!.Value;
        Assert.True(await Pictures.DeleteAsync(person, default));
        Assert.False(await Pictures.DeleteAsync(person, default));
        Assert.Null(await Pictures.FindAsync(first.Id, default));
        await AssertAsync(kept, First);
        Assert.NotEqual(first.Id, (await Pictures.PutAsync(person, First, default))!.Value.Id);
    }

    [Fact]
    public async Task Nobody_and_nothing_has_no_picture()
    {
        Assert.Null(await Pictures.PutAsync(PictureSubject.Of(new UserId(Guid.NewGuid())), First, default));
        Assert.Null(await Pictures.PutAsync(PictureSubject.Of(EventId.New(Time)), First, default));
    }

    [Fact]
    public async Task It_goes_with_the_account_and_with_the_event()
    {
        var (person, show) = (await PersonAsync(), await EventAsync());
        var (face, card) = ((await Pictures.PutAsync(person, First, default))!.Value, (await Pictures.PutAsync(show, Second, default))!.Value);
        Assert.True(await Store.PersonalData.BeginAsync(person.User!.Value, Now, default));
        Assert.Null(await Pictures.FindAsync(face.Id, default));
        await AssertAsync(card, Second);
        Assert.True(await Store.Catalog.RemoveAsync(show.Event!.Value, default));
        Assert.Null(await Pictures.FindAsync(card.Id, default));
    }

    private async Task<PictureSubject> PersonAsync()
    {
        var id = new UserId(Guid.NewGuid());
        Assert.Null(await Store.Accounts.AddAsync(new Account(id, $"ann-{id.Value:N}"[..20], null, "Ann", null, Role.Viewer, AccountStatus.Active, "{}", Now, Now), null, default));
        return PictureSubject.Of(id);
    }

    private async Task<PictureSubject> EventAsync()
    {
        var id = EventId.New(Time);
        Assert.Null(await Store.Catalog.AddAsync(new LiveEvent(id, null, "A show", null, "news", EventStatus.Scheduled, Now, false, null, "UTC", EventSettings.Default, new UserId(Guid.NewGuid()), Now, Now), default));
        return PictureSubject.Of(id);
    }

    private async Task AssertAsync(PictureAddress address, byte[] picture)
    {
        var found = await Pictures.FindAsync(address.Id, default);
        Assert.Equal(address.Version, found?.Version);
        Assert.Equal(picture, found?.Picture);
    }
}
