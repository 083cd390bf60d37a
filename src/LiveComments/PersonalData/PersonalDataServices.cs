using Microsoft.Extensions.DependencyInjection;

namespace LiveComments.PersonalData;

/// <summary>Registers the erasure of people: needs accounts, a store and an engine.</summary>
public static class PersonalDataServices
{
    public static IServiceCollection AddErasure(this IServiceCollection services) => services.AddSingleton<AbsentGuests>().AddSingleton<Erasures>().AddHostedService<ErasureSchedule>();
}
